import http from 'k6/http';
const actions = { list: () => http.get(__ENV.BASE_URL + '/items') };
const format = { upper: (text) => text.toUpperCase() };
const item = {
  get label() {
    return format['upp' + 'er']('label');
  },
};
const start = format['upp' + 'er']('start');
export default function () {
  const key = 'list';
  console.log(start, item.label, actions[key]().status);
  console.log(['b', 'a'].sort((a, b) => format['upp' + 'er'](a).localeCompare(b)).join(' '));
}
