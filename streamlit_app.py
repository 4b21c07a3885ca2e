"""Tokenflow: what ``streamlit run streamlit_app.py`` and ``uvicorn streamlit_app:app`` start."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from ui import api, otlp_routes
from ui.access import AccessControl
from ui.frame import explain_script_error
from ui.headers import SecurityHeaders
from ui.lifespan import lifespan

app = st.App(
    str(Path(__file__).parent / "ui" / "main.py"),
    lifespan=lifespan,
    routes=[*otlp_routes.routes(), *api.routes()],
    middleware=[
        # Adds headers to every response, rejections included
        Middleware(SecurityHeaders),
        Middleware(AccessControl),
        Middleware(GZipMiddleware, minimum_size=1000),
    ],
    on_script_error=explain_script_error,
)
