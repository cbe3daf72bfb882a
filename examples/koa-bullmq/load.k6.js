// k6 run load.k6.js
import http from 'k6/http';

export const options = {
  vus: 4,
  duration: '5s',
  thresholds: JSON.parse(open('./generated/thresholds.json')),
};

const URL = __ENV.SHOP_URL || 'http://localhost:3000';
/** The thresholds count requests with this tag. */
const params = { tags: { kind: 'order' } };

export default function () {
  const { id } = http.post(`${URL}/orders`, null, params).json();
  http.get(`${URL}/orders/${id}`, { ...params, responseCallback: http.expectedStatuses(200, 404) });
}
