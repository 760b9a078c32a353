"""learnplat: online learning for officials who counter terrorism lawfully."""
