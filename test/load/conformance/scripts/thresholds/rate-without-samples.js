import { Rate } from 'k6/metrics';
export const options = {
  thresholds: { errors: ['rate<0.1'], http_req_failed: ['rate<0.01'], checks: ['rate>0.9'] },
};
export const errors = new Rate('errors');
export default function () {}
