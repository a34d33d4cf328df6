"""The tables of the project itself: those of the post. Apps have their own."""

from mapservice.post.models import BackgroundTask, DailyRun, OutgoingMail, WorkerSign

__all__ = ["BackgroundTask", "DailyRun", "OutgoingMail", "WorkerSign"]
