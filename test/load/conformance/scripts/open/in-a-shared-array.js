import { words } from '../lib/opener.js';
export default function () {
  console.log(words.length, words[0]);
}
