import { getJob } from '../../api/client.js';
import { apiKey } from '../../api/key.js';
import { toast } from '../../components/toast.js';

/** A plain link serves without a key; with one, the answer is fetched and shown from memory. */
export async function openJson(event, id) {
  if (apiKey.value === null) return;
  event.preventDefault();
  try {
    const text = JSON.stringify(await getJob(id), null, 2);
    window.open(URL.createObjectURL(new Blob([text], { type: 'application/json' })), '_blank');
  } catch (error) {
    toast(error.message, 'bad');
  }
}
