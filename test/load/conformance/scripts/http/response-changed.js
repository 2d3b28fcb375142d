import http from 'k6/http';
export default function () {
  const r = http.get(__ENV.BASE_URL + '/items');
  r.body = 'mine';
  console.log(r.body, JSON.stringify(r).includes('mine'));
  try {
    r.note = 'mine';
  } catch (error) {
    console.log(error.name, r.note);
  }
}
