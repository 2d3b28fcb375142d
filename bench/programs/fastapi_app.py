"""The service's cheap routes in FastAPI, served by uvicorn with uvloop and httptools."""

import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/api/fast")
async def fast():
    return {"message": "fast"}


@app.get("/api/ping")
async def ping():
    return {"message": "pong"}


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.get("/ready")
async def ready():
    return {"status": "ready"}


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    print(f"listening on http://127.0.0.1:{port}", flush=True)
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")
