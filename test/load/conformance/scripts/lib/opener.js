import { SharedArray } from 'k6/data';
export const text = open('./same-name.txt').trim();
export const read = (path) => open(path).trim();
export const words = new SharedArray('words', () => open('./same-name.txt').trim().split(' '));
