// The design's load test for those who have k6: k6 run -e BASE_URL=http://HOST:PORT benchmarks/load/design.js,
// with the address that the invitations service answers at.
// `make load` replays the same stages without k6.
import http from "k6/http";
import { check, sleep } from "k6";

export const options = {
  stages: [
    { duration: "1m", target: 50 },
    { duration: "5m", target: 200 },
    { duration: "1m", target: 0 },
  ],
  thresholds: {
    http_req_duration: ["p(50)<20", "p(95)<100", "p(99)<200"],
    http_req_failed: ["rate<0.001"],
    checks: ["rate>0.999"],
  },
};

const LIST = `${__ENV.BASE_URL}/api/invitations?tag=${encodeURIComponent("観光")}&status=recruiting`;

export default function () {
  const answer = http.get(LIST, { tags: { name: "list" } });
  check(answer, { "status is 200": (each) => each.status === 200 });
  sleep(1);
}
