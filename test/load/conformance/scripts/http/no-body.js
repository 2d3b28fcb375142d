import http from 'k6/http';
export default function () {
  for (const status of [204, 304]) {
    const r = http.get(__ENV.BASE_URL + '/status/' + status, { redirects: 0 });
    console.log(r.status, r.body === null);
  }
  console.log(http.get(__ENV.BASE_URL + '/flaky?key=b').body === '');
  try {
    http.get(__ENV.BASE_URL + '/status/204').json();
  } catch (error) {
    console.log(String(error).slice(0, 23));
  }
}
