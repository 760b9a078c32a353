"""What a browser calls itself, as a few words that a person knows their own device by."""

import re

# The first that fits: most browsers also claim to be those after them.
_BROWSERS = (
    (r"\bEdg(e|A|iOS)?/", "Edge"),
    (r"\b(OPR|OPT|Opera)\b", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bUC ?Browser/", "UC Browser"),
    (r"\bHuaweiBrowser/", "Huawei Browser"),
    (r"\b(Firefox|FxiOS|Focus)/", "Firefox"),
    (r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\b(iPhone|iPod)\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bHarmonyOS\b", "HarmonyOS"),
    (r"\bWindows\b", "Windows"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\b(Macintosh|Mac OS X)\b", "macOS"),
    (r"\bLinux\b", "Linux"),
)
_READ = 400  # characters of a name; what follows says nothing more


def device_of(user_agent: str) -> str:
    """“Firefox, Android”, or "" when neither is known. Only words of ours, and no version."""
    said = user_agent[:_READ]
    known = (
        next((name for mark, name in kind if re.search(mark, said)), None)
        for kind in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in known if name)
