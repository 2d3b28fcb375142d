/* global __ENV */
import http from 'k6/http';

export const options = {
  scenarios: {
    flood: {
      executor: 'constant-vus',
      vus: Number(__ENV.FLOOD_USERS),
      duration: '30s',
      gracefulStop: '5s',
    },
  },
};

/** Sends the next request at once: more users than the generator can serve in a second. */
export default function () {
  http.get(`${__ENV.BASE_URL}/api/fast`, { timeout: '30s' });
}
