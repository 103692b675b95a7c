"""The gateway's HTTP listener has the routes of every service and no others."""

import aiohttp

from tests.services.test_http_routes import API, METHODS, SERVICE, path_of
from tests.stage import Stage


async def test_the_gateway_answers_the_routes_of_every_service_and_no_other(stage: Stage) -> None:
    url = f"http://127.0.0.1:{stage.gateway_ports[0]}"
    async with aiohttp.ClientSession() as http:

        async def status(path: str, method: str = "GET") -> int:
            async with http.request(method, url + path) as answer:
                return answer.status

        assert {path: await status(path) for path in SERVICE} == dict.fromkeys(SERVICE, 200)
        for path in ("/", *(path_of(route, "own") for route in API)):
            assert await status(path) == 404
        for method in METHODS:
            assert await status("/metrics", method) in {400, 405}
