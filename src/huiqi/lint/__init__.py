"""Lint of measures: what a solver can prove about the rules of packs, without a single party."""
