import { webhook } from 'countersign/next';
import { webhooks } from '../../lib/auth.js';

export const POST = webhook(webhooks, (event) => console.log(`webhook ${event.id}`));
