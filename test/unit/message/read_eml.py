"""Reads .eml files with Python's email package and prints what it sees, a line of JSON for each.

Each file comes on standard input as the number of its bytes on a line, then the bytes.
"""

import hashlib
import json
import sys
from datetime import timezone
from email import policy
from email.parser import BytesParser


def parties(header):
    if header is None:
        return []
    return [{"name": each.display_name, "address": each.addr_spec} for each in header.addresses]


def reading(eml):
    mail = BytesParser(policy=policy.default).parsebytes(eml)
    defects = [str(d) for part in mail.walk() for d in part.defects]
    defects += [str(d) for part in mail.walk() for value in part.values() for d in value.defects]
    date = mail["Date"].datetime.astimezone(timezone.utc)
    bodies = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    bodies = [part for part in bodies if not part.is_attachment()]
    seen = {
        "subject": str(mail["Subject"]),
        "from": parties(mail["From"]),
        "to": parties(mail["To"]),
        "date": date.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "messageId": str(mail["Message-ID"]),
        "text": "".join(p.get_content() for p in bodies if p.get_content_subtype() == "plain"),
        "html": "".join(p.get_content() for p in bodies if p.get_content_subtype() == "html"),
        "files": [
            {
                "name": part.get_filename(),
                "contentType": part.get_content_type(),
                "sha256": hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
            }
            for part in mail.walk()
            if part.is_attachment()
        ],
        "headers": sorted(name.lower() for name in mail.keys()),
    }
    return {**seen, "defects": defects} if defects else seen


for size in iter(sys.stdin.buffer.readline, b""):
    print(json.dumps(reading(sys.stdin.buffer.read(int(size)))))
