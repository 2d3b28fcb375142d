import http from 'k6/http';
export const options = { throw: true };
export default function () {
  try {
    http.post(__ENV.BASE_URL + '/echo', ['a', 'b']);
  } catch (error) {
    console.log(String(error));
  }
}
