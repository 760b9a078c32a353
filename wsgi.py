"""What an application server loads."""

from learnplat.app import create_app
from learnplat.settings import read_settings

app = create_app(read_settings())
