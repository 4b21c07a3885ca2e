"""Tokenflow: what ``streamlit run streamlit_app.py`` and ``uvicorn streamlit_app:app`` start."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from ui.http import api, otlp
from ui.http.access import AccessControl
from ui.http.security_headers import SecurityHeaders
from ui.lifespan import lifespan
from ui.page import explain_script_error

app = st.App(
    str(Path(__file__).parent / "ui" / "main.py"),
    lifespan=lifespan,
    routes=[*otlp.routes(), *api.routes()],
    middleware=[
        # Adds headers to every response, rejections included
        Middleware(SecurityHeaders),
        Middleware(AccessControl),
        Middleware(GZipMiddleware, minimum_size=1000),
    ],
    on_script_error=explain_script_error,
)
