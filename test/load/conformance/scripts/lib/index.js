export * as api from './api.js';
