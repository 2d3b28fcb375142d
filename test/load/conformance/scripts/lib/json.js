export const echoed = (http, value) =>
  http.get(__ENV.BASE_URL + '/given?' + encodeURIComponent(JSON.stringify(value)));
export function show(response, paths) {
  for (const path of paths) console.log(path, JSON.stringify(response.json(path)));
}
