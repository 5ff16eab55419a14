"""Batches: the list, one batch while it is scored and after, and what can be done with it."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from bot_detector import actions, queries
from bot_detector.models import Batch, StoredScore
from bot_detector.permissions import PERMISSIONS, Permission
from bot_detector.schemas import Verdict
from bot_detector.service import Stage, detector_of, stage_of
from bot_detector.steering import cancel_scoring, may_steer, pause_scoring, resume_scoring
from bot_detector.views.batch import SHOWN_REJECTS, BatchPage, Results, results_of
from bot_detector.views.batches import BatchesPage, BatchLine, batch_name
from bot_detector.views.pager import ListState
from bot_detector.views.progress import ProgressPart, progress_of
from bot_detector.views.words import percent_field, share
from bot_detector.wording import verdict_words
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.flash import flash
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render

router = APIRouter()
PAGE_SIZE = 50
Steer = Callable[..., Batch]
