"""The paths that the API server asks a kubelet for (Kubernetes source, pkg/kubelet/server)."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from aksnetpol.local.node.containers import Container
from aksnetpol.local.node.kubelet.exec import execute
from aksnetpol.local.node.kubelet.logs import LogQuestion, read_log
from aksnetpol.local.node.kubelet.port_forward import forward
from aksnetpol.local.node.pod_run import PodRun
from aksnetpol.local.node.pods import simulation

FindPod = Callable[[str, str], PodRun | None]
_WEBSOCKETS_ONLY = (
    "local mode's nodes speak WebSockets only. Use kubectl 1.31 or later, "
    "without KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false or KUBECTL_PORT_FORWARD_WEBSOCKETS=false"
)
_NOT_HERE = "no such pod or container runs here"


def create_app(find: FindPod) -> Starlette:
    """Return the application.

    Args:
        find: returns the pod of a namespace and a name, if it runs here or ended here.
    """
    endpoints = _Endpoints(find)
    pod = "/{namespace}/{pod}"
    routes: list[BaseRoute] = [
        Route("/healthz", endpoints.healthy),
        Route(f"/containerLogs{pod}/{{container}}", endpoints.logs),
    ]
    sockets = (
        (f"/exec{pod}/{{container}}", endpoints.execute),
        (f"/exec{pod}/{{uid}}/{{container}}", endpoints.execute),
        (f"/portForward{pod}", endpoints.forward),
        (f"/portForward{pod}/{{uid}}", endpoints.forward),
    )
    for path, endpoint in sockets:
        # Clients whose WebSocket was refused ask again by other means, and show that answer.
        routes += [WebSocketRoute(path, endpoint), Route(path, endpoints.no_socket, methods=["GET", "POST"])]
    return Starlette(routes=routes)


@dataclass(frozen=True)
class _Endpoints:
    find: FindPod

    async def healthy(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def logs(self, request: Request) -> Response:
        run, container = self._found(request)
        if run is None or container is None:
            return PlainTextResponse(_NOT_HERE, 404)
        if container.arguments is None:
            return PlainTextResponse(_simulated(run), 400)
        return read_log(container, LogQuestion.model_validate(dict(request.query_params)))

    async def execute(self, socket: WebSocket) -> None:
        run, container = self._found(socket)
        refusal = self._refusal(socket)
        if refusal is not None or run is None or run.space is None or container is None:
            await socket.send_denial_response(refusal or _refused(_NOT_HERE, 404))
        else:
            await execute(socket, run.space, container)

    async def forward(self, socket: WebSocket) -> None:
        run, _ = self._found(socket)
        refusal = self._refusal(socket)
        if refusal is not None or run is None or run.space is None:
            await socket.send_denial_response(refusal or _refused(_NOT_HERE, 404))
        else:
            await forward(socket, run.space)

    async def no_socket(self, request: Request) -> Response:
        return self._refusal(request) or _refused(_WEBSOCKETS_ONLY, 400)

    def _refusal(self, asked: Request | WebSocket) -> Response | None:
        """Return why nothing can be run in a pod."""
        run, container = self._found(asked)
        named = "container" in asked.path_params
        if run is None or run.ended or (named and container is None):
            return _refused(_NOT_HERE, 404)
        if run.space is None or (container is not None and container.arguments is None):
            return _refused(_simulated(run), 400)
        return None

    def _found(self, asked: Request | WebSocket) -> tuple[PodRun | None, Container | None]:
        place = asked.path_params
        run = self.find(place["namespace"], place["pod"])
        if run is None or ("uid" in place and place["uid"] != run.pod["metadata"]["uid"]):
            return None, None
        return run, run.container(place["container"]) if "container" in place else None


def _simulated(run: PodRun) -> str:
    return simulation(run.pod, run.containers, run.enforcement) or "the pod is not started yet"


def _refused(message: str, status: int) -> Response:
    # Clients take any text that happens to be YAML for a Status; so it is one.
    answer = {"apiVersion": "v1", "kind": "Status", "status": "Failure", "message": message, "code": status}
    return JSONResponse(answer, status)
