import { present, absent } from '../lib/module.js';
export default function () {
  console.log(present, typeof absent);
}
