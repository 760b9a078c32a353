"""Editions: what was published, never changed; and what people search."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnplat.core.languages import Language
from learnplat.orm import Base


class CourseEdition(Base):
    """A published state of a course's own page and order of modules. The highest number is in force."""

    __tablename__ = "course_edition"
    __table_args__ = (UniqueConstraint("course_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    sources: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ModuleEdition(Base):
    """A published state of one module in one language, named by the SHA-256 of its sources.

    `sources` maps a file's path below the course to its text, byte for byte; `document` is what
    was rendered from it, once. The highest number of a course, module and language is in force.
    """

    __tablename__ = "module_edition"
    __table_args__ = (UniqueConstraint("course_key", "module_key", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(String(80))
    module_key: Mapped[str] = mapped_column(String(80))
    language: Mapped[Language]
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    sources: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class CatalogueVersion(Base):
    """One row: its number rises whenever what is in force changes.

    `search_digest` names the instruments and the analyser from which search entries were made.
    """

    __tablename__ = "catalogue_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    search_digest: Mapped[str] = mapped_column(String(64), default="")


class SearchEntry(Base):
    """One thing to find in one language; `terms` is its text as the analyser leaves it."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("language", "kind", "key"),
        Index(None, "kind", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[Language]
    kind: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    title_terms: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)
