"""The moderators' desk, under /moderation/: one queue, decisions by keyboard, merging, canned reasons, lost mails."""
