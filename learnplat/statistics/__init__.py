"""Who was trained, from where: it only reads."""
