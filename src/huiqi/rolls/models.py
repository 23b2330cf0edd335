"""Who and what stands in the registers of the packs, since when, in which grade, until when."""
