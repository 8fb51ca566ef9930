"""Run a lesson's first cells through a server's kernel API, as the page in a browser does."""

import json
import urllib.request
import uuid

import nbformat
import websocket


def first_cells(notebook, last):
    """Return the code cells down to the one whose source holds `last`, less the exercises."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            cells.append(cell)
            if last in cell.source:
                return cells
    raise AssertionError(f"no code cell holds {last!r}")


def run(address, token, path, cells):
    """Yield the outputs of each cell, run in a new kernel of the notebook at `path`."""
    asked = urllib.request.Request(
        f"{address}/api/sessions",
        data=json.dumps(
            {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        ).encode(),
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=120) as answer:
        kernel = json.load(answer)["kernel"]["id"]
    place = address.replace("http", "ws", 1) + f"/api/kernels/{kernel}/channels?token={token}"
    channels = websocket.create_connection(place, timeout=300)
    try:
        for cell in cells:
            yield _run(channels, cell.source)
    finally:
        channels.close()


def _run(channels, source):
    message = uuid.uuid4().hex
    header = {"msg_id": message, "msg_type": "execute_request", "username": "", "session": ""}
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
    request = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    channels.send(json.dumps({**request, "channel": "shell", "buffers": []}))
    outputs, waits_for = [], {"idle", "reply"}
    while waits_for:
        frame = channels.recv()
        if isinstance(frame, bytes):  # what a moving figure sends to its page
            continue
        answer = json.loads(frame)
        if answer["parent_header"].get("msg_id") != message:
            continue
        kind = answer["msg_type"]
        if kind == "execute_reply":
            assert answer["content"]["status"] == "ok", answer["content"]
            waits_for.discard("reply")
        elif kind == "status":
            waits_for.discard(answer["content"]["execution_state"])
        elif kind in ("stream", "display_data", "execute_result"):
            outputs.append(nbformat.v4.output_from_msg(answer))
    return outputs
