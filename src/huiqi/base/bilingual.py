"""A text for people in Chinese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The English for "en", the Chinese otherwise."""
        return self.en if language == "en" else self.zh
