"""The one entity: a party of the register."""

from openfisca_core.entities import build_entity

Enterprise = build_entity(
    key="enterprise",
    plural="enterprises",
    label="A party of the register",
    is_person=True,
)
