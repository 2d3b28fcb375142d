import http from 'k6/http';
export default function () {
  const r = http.get(__ENV.BASE_URL + '/unicode');
  console.log(r.json('a'));
  try {
    r.json();
  } catch (error) {
    console.log(error.name);
  }
}
