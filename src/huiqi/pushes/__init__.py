"""Lists of firms that are told what they are entitled to (政策推送), and what came of it."""
