"""Who was trained, from where: it only reads, and keeps who took it away."""
