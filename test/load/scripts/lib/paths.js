export const items = '/items';
export const cart = '/cart';
