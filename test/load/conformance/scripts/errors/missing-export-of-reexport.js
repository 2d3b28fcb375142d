export { absent } from '../lib/module.js';
export default function () {}
