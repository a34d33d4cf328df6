"""Rules that PostgreSQL itself keeps about every public record."""

import pgtrigger

_UNMOVED = "ARRAY['version', 'updated_at', 'confirmed_on', 'first_published_at', 'search_key']"


def record_triggers(prefix: str) -> list[pgtrigger.Trigger]:
    """Version and date of change; no deletion of what was ever public.

    `version` grows by one and `updated_at` moves when, and only when, a column other than the date of confirmation
    changes: an export read every night must not see a change where there is none.
    """
    return [
        pgtrigger.Trigger(
            name=f"{prefix}_versioned",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                NEW.version = OLD.version;
                NEW.updated_at = OLD.updated_at;
                IF (to_jsonb(NEW) - {_UNMOVED}) IS DISTINCT FROM (to_jsonb(OLD) - {_UNMOVED}) THEN
                    NEW.version = OLD.version + 1;
                    NEW.updated_at = clock_timestamp();
                END IF;
                RETURN NEW;
            """,
        ),
        pgtrigger.Trigger(
            name=f"{prefix}_first_published",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            condition=pgtrigger.Q(new__status="published", new__first_published_at__isnull=True),
            func="NEW.first_published_at = clock_timestamp(); RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{prefix}_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            condition=pgtrigger.Q(old__first_published_at__isnull=False),
            func="RAISE EXCEPTION 'what was published is closed, never deleted' USING ERRCODE = 'restrict_violation';",
        ),
    ]
