"""The pages of people: signing in, one's own account, administration."""

from fastapi import APIRouter

from common.accounts.pages import account, audit, organisations, people, sign_in

router = APIRouter(include_in_schema=False)
for part in (sign_in, account, people, organisations, audit):
    router.include_router(part.router)
