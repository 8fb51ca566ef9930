"""What JSON cannot say: one more entry for a list of Jupyter's own.

A slider's messages do not make a kernel "busy". JupyterLab would draw its toolbar, the page's icon
and its status line twice for every place of a hand that drags, and take longer than the picture.
"""

c = get_config()  # noqa: F821

c.MappingKernelManager.untracked_message_types.append("comm_msg")
