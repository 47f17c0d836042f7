"""The sandbox, checked with the client that Google wrote: it must find there what it knows."""

from __future__ import annotations

import io
import os
from http.client import HTTPException

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaIoBaseUpload

UNIT = 262_144
SIZE = 3 * UNIT + 1000
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
BODY = {
    "snippet": {"title": "Ep 1", "description": "text", "tags": ["drama", "two words"],
                "categoryId": "24", "defaultLanguage": "en"},
    "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False,
               "containsSyntheticMedia": True},
}  # fmt: skip


@pytest.fixture
def upload(google, tmp_path):
    path = tmp_path / "ep001.mp4"
    path.write_bytes(os.urandom(SIZE))

    def make(body=None, chunk=UNIT):
        media = MediaFileUpload(str(path), mimetype="video/mp4", chunksize=chunk, resumable=True)
        return google.videos().insert(part="snippet,status", body=body or BODY, media_body=media)

    make.path = path
    return make


def finish(request):
    response = None
    while response is None:
        _, response = request.next_chunk()
    return response


def test_it_uploads(google, sandbox, upload) -> None:
    video = finish(upload())
    assert video["kind"] == "youtube#video"
    assert len(video["id"]) == 11
    (post,) = sandbox.posts()
    assert post.id == video["id"]
    assert post.media.read_bytes() == upload.path.read_bytes()
    assert not post.visible
    sandbox.clock.advance(60)
    listed = google.videos().list(part="status,snippet,processingDetails", id=video["id"]).execute()
    assert listed["items"][0]["status"]["uploadStatus"] == "processed"
    assert listed["items"][0]["snippet"]["title"] == "Ep 1"


def test_it_uploads_in_one_piece(google, sandbox, upload) -> None:
    finish(upload(chunk=-1))
    assert sandbox.posts()[0].facts["size"] == SIZE


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("kind", ["status", "status_after"])
def test_it_resumes_after_a_503(sandbox, upload, number, kind) -> None:
    sandbox.faults.add(kind, method="PUT", status=503, after=number)
    request = upload()
    response, failures = None, 0
    while response is None:
        try:
            _, response = request.next_chunk()
        except HttpError:
            failures += 1
    assert failures == 1
    (post,) = sandbox.posts()
    assert post.media.read_bytes() == upload.path.read_bytes()


def test_it_resumes_after_a_part_of_a_chunk_was_stored(sandbox, upload) -> None:
    sandbox.faults.add("stores_part", bytes=UNIT + 100)
    finish(upload(chunk=2 * UNIT))
    assert sandbox.posts()[0].media.read_bytes() == upload.path.read_bytes()


def test_it_learns_the_id_after_the_last_answer_was_lost(sandbox, upload) -> None:
    request = upload()
    request.next_chunk()
    session = request.resumable_uri
    # Its transport asks again by itself a few times.
    sandbox.faults.add("lost_after", method="PUT", after=2, times=9)
    with pytest.raises((OSError, HTTPException)):
        finish(request)
    sandbox.faults.clear()
    fresh = upload()
    fresh.resumable_uri = session
    fresh._in_error_state = True
    _, video = fresh.next_chunk()
    assert [post.id for post in sandbox.posts()] == [video["id"]]


def test_a_session_survives_a_restart_of_the_platform(sandbox, upload, tmp_path) -> None:
    request = upload()
    request.next_chunk()
    port = sandbox.port
    sandbox.stop()
    again = type(sandbox)(tmp_path / "youtube", port=port, profile=dict(sandbox.profile))
    with again:
        request._in_error_state = True
        video = finish(request)
        assert [post.id for post in again.posts()] == [video["id"]]


def test_a_session_that_is_gone_is_404(sandbox, upload) -> None:
    request = upload()
    request.next_chunk()
    sandbox.faults.add("session_gone")
    with pytest.raises(HttpError) as gone:
        request.next_chunk()
    assert gone.value.resp.status == 404


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "x" * 101}, "invalidTitle"), ({"title": "<b>"}, "invalidTitle"),
        ({"description": "é" * 2501}, "invalidDescription"),
        ({"tags": ["two words " + "x" * 489]}, "invalidTags"),
        ({"categoryId": "99999"}, "invalidCategoryId"),
    ],
)  # fmt: skip
def test_metadata_is_refused_before_any_byte(sandbox, upload, change, reason) -> None:
    with pytest.raises(HttpError) as refused:
        upload({**BODY, "snippet": {**BODY["snippet"], **change}}).next_chunk()
    assert refused.value.error_details[0]["reason"] == reason
    assert [line for line in sandbox.log if line["method"] == "PUT"] == []


def test_an_update_replaces_the_parts_it_names(google, upload) -> None:
    video = finish(upload())
    snippet = {"title": "New", "categoryId": "24"}
    google.videos().update(part="snippet", body={"id": video["id"], "snippet": snippet}).execute()
    found = google.videos().list(part="snippet,status", id=video["id"]).execute()["items"][0]
    assert found["snippet"]["title"] == "New"
    assert "tags" not in found["snippet"], "left out is erased"
    assert found["status"]["containsSyntheticMedia"] is True, "not named is untouched"


def test_localizations_need_a_default_language(google, upload) -> None:
    video = finish(upload({**BODY, "snippet": {"title": "x", "categoryId": "24"}}))
    body = {"id": video["id"], "localizations": {"pt-BR": {"title": "Olá", "description": ""}}}
    with pytest.raises(HttpError) as refused:
        google.videos().update(part="localizations", body=body).execute()
    assert refused.value.error_details[0]["reason"] == "defaultLanguageNotSet"


def test_captions_are_set_listed_changed_and_deleted(google, upload) -> None:
    video = finish(upload())
    body = {"snippet": {"videoId": video["id"], "language": "en", "name": ""}}
    media = MediaIoBaseUpload(io.BytesIO(VTT), mimetype="application/octet-stream")
    track = google.captions().insert(part="snippet", body=body, media_body=media).execute()
    listed = google.captions().list(part="snippet", videoId=video["id"]).execute()["items"]
    assert [(x["id"], x["snippet"]["language"]) for x in listed] == [(track["id"], "en")]
    with pytest.raises(HttpError) as twice:
        google.captions().insert(part="snippet", body=body, media_body=media).execute()
    assert twice.value.resp.status == 409
    media = MediaIoBaseUpload(io.BytesIO(VTT + b"!"), mimetype="application/octet-stream")
    google.captions().update(part="id", body={"id": track["id"]}, media_body=media).execute()
    google.captions().delete(id=track["id"]).execute()
    assert google.captions().list(part="snippet", videoId=video["id"]).execute()["items"] == []


def test_playlists_keep_their_order(google, upload) -> None:
    body = {"snippet": {"title": "Lantern"}, "status": {"privacyStatus": "public"}}
    playlist = google.playlists().insert(part="snippet,status", body=body).execute()["id"]
    videos = [finish(upload())["id"] for _ in range(3)]
    for number, video in enumerate(videos):
        google.playlistItems().insert(part="snippet", body={"snippet": {
            "playlistId": playlist, "position": 0 if number == 2 else number,
            "resourceId": {"kind": "youtube#video", "videoId": video},
        }}).execute()  # fmt: skip
    listed = google.playlistItems().list(part="snippet", playlistId=playlist, maxResults=50)
    found = [x["snippet"]["resourceId"]["videoId"] for x in listed.execute()["items"]]
    assert found == [videos[2], videos[0], videos[1]]


def test_the_list_of_uploads_has_them_newest_first_in_pages(google, upload) -> None:
    videos = [finish(upload())["id"] for _ in range(3)]
    channel = google.channels().list(part="contentDetails", mine=True).execute()["items"][0]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    asked = google.playlistItems().list(part="contentDetails", playlistId=uploads, maxResults=2)
    found = []
    while asked is not None:
        page = asked.execute()
        found += [x["contentDetails"]["videoId"] for x in page["items"]]
        asked = google.playlistItems().list_next(asked, page)
    assert found == videos[::-1]


def test_a_thumbnail_waits_for_processing(google, sandbox, upload) -> None:
    video = finish(upload())["id"]
    image = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    media = MediaIoBaseUpload(io.BytesIO(image), mimetype="image/png")
    with pytest.raises(HttpError) as early:
        google.thumbnails().set(videoId=video, media_body=media).execute()
    assert early.value.resp.status == 403
    sandbox.clock.advance(60)
    media = MediaIoBaseUpload(io.BytesIO(image), mimetype="image/png")
    google.thumbnails().set(videoId=video, media_body=media).execute()
    assert sandbox.posts()[0].facts["thumbnail"]


def test_deleting_twice_says_that_it_is_gone(google, sandbox, upload) -> None:
    video = finish(upload())["id"]
    google.videos().delete(id=video).execute()
    with pytest.raises(HttpError) as gone:
        google.videos().delete(id=video).execute()
    assert gone.value.error_details[0]["reason"] == "videoNotFound"
    assert sandbox.posts() == []


@pytest.mark.parametrize("profile", [{"uploads_per_day": 2}])
def test_the_quota_opens_again_at_midnight_pacific(sandbox, upload) -> None:
    sandbox.clock.set(
        sandbox.clock.now().replace(month=1, day=15, hour=9, minute=0)
    )  # 01:00 Pacific
    for _ in range(2):
        finish(upload())
    with pytest.raises(HttpError) as spent:
        upload().next_chunk()
    assert spent.value.error_details[0]["reason"] == "quotaExceeded"
    assert spent.value.resp.status == 403
    sandbox.clock.advance(22.9 * 3600)
    with pytest.raises(HttpError):
        upload().next_chunk()
    sandbox.clock.advance(0.2 * 3600)
    finish(upload())


@pytest.mark.parametrize("profile", [{"token_seconds": 60}])
def test_a_token_is_refreshed_and_a_dead_one_says_so(sandbox, google) -> None:
    tokens = sandbox.grant()
    given = Credentials(
        token=None, refresh_token=tokens["refresh_token"], token_uri=f"{sandbox.url}/token",
        client_id="sandbox-client", client_secret="sandbox-secret",
    )  # fmt: skip
    from google.auth.transport.requests import Request

    given.refresh(Request())
    assert given.token.startswith("ya29.")
    sandbox.revoke_account("sandbox-studio")
    with pytest.raises(RefreshError) as dead:
        given.refresh(Request())
    assert dead.value.args[1]["error"] == "invalid_grant"


@pytest.mark.parametrize("profile", [{"auto_consent": True}])
def test_google_s_own_flow_signs_in(sandbox, monkeypatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    flow = InstalledAppFlow.from_client_config(
        {"installed": {
            "client_id": "sandbox-client", "client_secret": "sandbox-secret",
            "auth_uri": f"{sandbox.url}/o/oauth2/v2/auth", "token_uri": f"{sandbox.url}/token",
        }},
        scopes=["https://www.googleapis.com/auth/youtube.force-ssl"],
        redirect_uri="http://127.0.0.1:9/",
    )  # fmt: skip
    url, state = flow.authorization_url(access_type="offline", prompt="consent")
    back = httpx.get(url, follow_redirects=False).headers["location"]
    assert f"state={state}" in back
    flow.fetch_token(authorization_response=back)
    assert flow.credentials.refresh_token.startswith("1//")
