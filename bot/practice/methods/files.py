"""Files as an app gets at them and sends them: `files.*`."""

from __future__ import annotations

from bot.practice.files import File, Upload, file_json
from bot.practice.methods.call import TIER_4, Call, Family
from bot.practice.model import BOT_USER, Channel, Content, Json, SlackError

FILES = Family()
MOST_BYTES = 1_000_000_000  # of one, as Slack has it


@FILES.method("files.info", scope="files:read", per_minute=TIER_4)
def files_info(call: Call) -> Json:
    (id_,) = call.need("file")
    return {"file": file_json(call.workspace.files.find(id_), call.workspace.url)}


@FILES.method("files.getUploadURLExternal", scope="files:write", per_minute=TIER_4)
def files_get_upload_url_external(call: Call) -> Json:
    name, length = call.need("filename", "length")
    if not length.isdigit() or not 0 < int(length) <= MOST_BYTES:
        raise SlackError("file_upload_size_restricted")
    files = call.workspace.files
    file = files.new(name, user=BOT_USER)
    files.uploads[file.id] = Upload(file=file, length=int(length))
    return {"upload_url": f"{call.workspace.url}/upload/v1/{file.id}", "file_id": file.id}


@FILES.method("files.completeUploadExternal", scope="files:write", per_minute=TIER_4)
def files_complete_upload_external(call: Call) -> Json:
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments")
    files = [_uploaded(call, entry) for entry in wanted]
    place = call.channel("channel_id") if call.args.get("channel_id") else None
    if place:
        _share(call, files, place)
    for file in files:
        call.workspace.files.keep(file)
        del call.workspace.files.uploads[file.id]
    return {"files": [file_json(file, call.workspace.url) for file in files]}


def _uploaded(call: Call, entry: Json) -> File:
    upload = call.workspace.files.uploads.get(str(entry.get("id"))) if isinstance(entry, dict) else None
    if upload is None or not upload.complete:
        raise SlackError("file_not_found")
    upload.file.title = str(entry.get("title") or upload.file.name)
    return upload.file


def _share(call: Call, files: list[File], place: Channel) -> None:
    thread = str(call.args.get("thread_ts") or "")
    call.workspace.may_post(place, anywhere=False)
    said = Content(text=str(call.args.get("initial_comment") or ""))
    parent = call.workspace.parent(place, thread).ts if thread else None
    for file in files:
        call.workspace.files.keep(file)
    call.workspace.post(place, said, thread_ts=parent, files=[file.id for file in files])
