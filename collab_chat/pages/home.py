"""The tool's first page."""

from fastapi import APIRouter

router = APIRouter()
