"""Registers that a department hands in: read, looked through, decided on (数据台)."""
