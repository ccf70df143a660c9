"""An inert SavedModel, written once by tensorflow 2.15 and kept as it is.

It is a ``tf.Module`` whose function ``serve`` takes ``[None, 4]`` float32, prints the marker with
``tf.print`` and returns ``x * 1.0``; ``saved_model.pb`` lost its stack traces.
"""

from __future__ import annotations

import base64
import lzma
from pathlib import Path
from typing import Final

from tests.hostile.containers import written

ENDPOINT: Final = "serve"

_GRAPH: Final = (
    "XQAAAAT//////////wAEAEVIj6SWjikWkR6Xt2A8toEHvW5i8N7h1ul86njhGZ5iwuwr/Q100/p8VEzGfecj8v676iUb"
    "VmWA4pe8YSpFkzNoLZqtsW23u6SbdrHuN/7HSNBvRhrOlVZoxgRNQEyELlXUJLcKRE8vY6tk0Ru/1/cnGZg0izoWyiC9"
    "AAJz36Gjs+7D6aPUi9WDl8nWjfH4hr4eFxoKKUjyG3cMNc7g99QNLS83kZkBsQnJVus7hJ8Oy6CFlW3o94pNnCEmOXU9"
    "1YvfI/TQp+XKRxsI6s/RyZQ3xyS9SK3MT0qZYpYprinXv30j57MAuU3wYmlCDbrbGxApLYT3OjJjILoL1C740ivy0xHf"
    "It+F1PcxxzuMsecaiZ5GgDHgZBcy1XGUkc1IDjIBN3htFNvRNOuv5KdHRlAuxd6EgFsW15P770OORfm/XkyLX5Of/78Y"
    "WNPYD2Z2mDygxoVUIx8Z5fcj0+SLQ3K7PCFm+CRjEs3nzgNzujnUCb6Z3iGidpXDcCnFVEZh7dS/FA70SwrIR5ztU7F9"
    "mt1qw5a+/ffAQFg/W3DrWRHwqEWgQT50/Ue4cefV3+5KNQ4MAOn1Qay46vH9hiI9Z7OBqnvNSaZAeUSuskTi5EOdrPnj"
    "ZR+kYf96stdxyuLRzokkZ/6w9f6tbkrCbka1mkNcJi5nirm5iXAeOM8lp6S9UQHQdh7YdE4jjGC1FTqfk4/exB95Wadi"
    "5o5iRz9kAtyfg4SBrYJQsuie4vIKQUboeXZlhzG8CMug6B8+Av6LOidrf73Reweb/OqYk7dBlWxG5Rw4r+ZRPIFdXXhD"
    "TCt4tfrYOO2c7LvbT5r2vnZ/MJKGDRMQdr8pvBs8tFi2BOHF0yVV6g23SYw8LvfrPYLiGknsA6CIS2cAeBvz0oDsn8Rf"
    "PllacQtvXfHW1u4MtJ2tdSwdJs26Ns++FKuNT1AzMZo60AlaGX8vDl0kWoyakL2Q3bLQF5q+u1h6zfleDibxu7FvQvJ+"
    "9ofsTjkV6IpYogFqNsf58cBOVjStcEfPS29LOnT6shJXdI+UC04pCYE6FzeDK34lKOZGDjYtY4sjjRgUK0RDKS5PXFTP"
    "egDXBKY0SQHsE1I74JVMSBtwOuOZjiW59XFrBT4OMyPaCHeDFe4pVIt6rdGctLsPBrKvn96/YspATf2E4hg9/9u1UScj"
    "oMsM15yc8bMEFgVX0Qu54uL8Z7T9W+rsUU0f29baiJfO3+XhSrsoorvBj/LZ90DKetSF2wzoTTiCbSqvhPZyCnbfQyMh"
    "vx/yJDVeIsR/yJs+6xvWCRSzw1Fs8+Qhv2mho3IqWmixvpxUhuSzP3gfUEgpB65Md0jS6g5S+EICNxt31LPyUSbIGU9p"
    "Kfg+WAunEow3Ie9ckqxT8JO3JJcfE9+nmEqNvib7ladQk3BM0bVLaTXILlz/GaFv5bwFsxFYwzUrtnWXotzIzUpv56nV"
    "1IVNHkHP7Lbb6QN8a5IXtjxtrftAO9cbm2UpcTrqIc7g1tNDTbvcY3jMsOxVydaX4VxiG60pq/dPLUU0Hg1h1eqhNW0m"
    "SbUTM+KvidnRay5QrpwY6aH2gUAQdDwE/+3wzWZwln3ZlxjQsHIbACujPuBP0c5nOrrjP0mAV3M+aFRvT49e8s+rtQiW"
    "/TTlo2AAKlUlW82MshpnE/9AMr4OrvPdNXZ/P2hAZoEGXhFjG9+QxXQYt3nNR6VmRULbzKD0RWXuUR86oag0zn4SweNA"
    "QDvcbXJ37hjV3q5azeyQmNz/7sxUHVcXhrxwoXi4N5FAzqL4Ya35SCoLu091xcRKtxt01MVNQnyWJCDsY9zAIhNEnCIk"
    "U4xgHxd6Sgx1lAzqCWN+/BbdD2Vu9X0H8DCtTLJsMvcrn31vsuAQwadnL19bc8ReicR3dmP+AqLGnZyCu8I6f1SdOLZ5"
    "kIzFZQdxnYcJQfivseDGYevwbjwG1+fMYaBYMgt5qB+vJQjowuKjfgdZ7vRaDskuoMAZjFTBWRIfHnjqzf0aoA0913ET"
    "JaVxr3gth2NhdV0gnkrmleUpn+u2GwcicxfWrJzpkZBn6CDWLnqQjN3qYpY7j5EOYEtpBsfp8qdVSL99nLt561o97xsK"
    "uwDfq9iGc8MOrGXQJE6s+OrjpLGNY2Ao/F/DcE3mfVMAFKh6M/9mGVQ6p5A0VS6B3BgJ7JWXq3scH4CdArjvTF3cGPKN"
    "h7X9IdBVyzQLRobPdZ2tezwR3ZMuySkRmec0uJCSEBmD1XdbwEmnmufgxGm8Twd5fvdxuP7tUueNjLc2vE4R3ieYl+BZ"
    "Ayjwi1zVvQgqxPHVBevw4d1fC/jiL3mBu6zYiR4hCP5lEwjqfsMClPa7HMbx61IPEVsJePXf4XUzPKvcP21dJfRc5Bwu"
    "7oD3v4EeC8XvWhFZSYPE1NDIqNPFnz9Yua+ZbjZ9lHAM0DJwYx7lSs6jkxJ+VN7Nfp2x9glAoDewA2L17DWm9EpY193G"
    "eF5vNlQcNlUcgjlOhxmhKE9133gmbPotEFhWNonuzx1nJvr0KREhA6QgHUv5sPaDxlbL55jncyr1bzTZkATIz34QqHcS"
    "CCQYaU5Tf+/0LRBpUXIjPFGW8EtPh0ApFPxum4Vr+iy64LRVceyU8lNygBGb4Yi5hd/1GbENjFw39aMLqtTmzNyz7lb0"
    "+O51SGkKQq5b47VPszN7kyJIkzd0kyd8z5e2SGZiGP+HdWIF6R6cuvGT7ryQPrn+8TDR6bp91W6OXqmHm4P/whuXHg=="
)
_INDEX: Final = (
    "AAAGCAEaAggBABwLX0NIRUNLUE9JTlRBQkxFX09CSkVDVF9HUkFQSAgHEgAoZTUis7UaAAAAAAEAAAAAo/NdFwAAAAAB"
    "AAAAAMDyobAAAQJgADsAAAAAAQAAAABE9sFJQAhNDgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFf7"
    "gIskdUfb"
)
_DATA: Final = (
    "YKBU2aMKHQoJCAESBXNlcnZlCg4IAhIKc2lnbmF0dXJlcyoACg8KCwgDEgd0cmFjZV8wKgAKIgoJCAQSBXNlcnZlChMI"
    "BRIPc2VydmluZ19kZWZhdWx0KgAKAioACgIqAAoCKgA="
)


def saved_model(folder: Path, name: str = "canary_model") -> Path:
    """Write the SavedModel as a directory."""
    path = folder / name
    written(path / "saved_model.pb", lzma.decompress(base64.b64decode(_GRAPH)))
    written(path / "variables" / "variables.index", base64.b64decode(_INDEX))
    written(path / "variables" / "variables.data-00000-of-00001", base64.b64decode(_DATA))
    return path
