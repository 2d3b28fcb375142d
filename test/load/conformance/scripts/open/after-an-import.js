import '../lib/opener.js';
const text = open('./same-name.txt');
export default function () {
  console.log(text);
}
