"""Two models beside each other: what changed for those who call, and which number it calls for."""
