// Being woken by the browser's push service: an empty knock, encrypted; what it is about is fetched here.
import { get, put } from "../api.js";
import { told } from "../told.js";
import { fromBase64url } from "./bytes.js";
import { asMe } from "./store.js";

const PATIENCE_MS = 10_000;

const inTime = (promise) => Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("no push service answered")), PATIENCE_MS))]);

/** Whether this browser can be woken at all. */
export const canBeWoken = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Ask the browser's leave and tell the municipality where to knock; gives whether that went well. */
export async function wakeMe() {
  if (!canBeWoken() || (await Notification.requestPermission()) !== "granted") return false;
  try {
    const { pushManager } = await inTime(navigator.serviceWorker.ready);
    const { public_key } = await get("/v1/push/key", { anonymous: true });
    const subscription = await inTime(pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(public_key) }));
    await put("/v1/me/device", {
      address_kind: "webpush", address: JSON.stringify(subscription), locale: told.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, app_version: "web-1",
    }, asMe());
    return true;
  } catch {
    return false;
  }
}

/** Let the browser forget where to knock; the municipality forgets by itself when the consent is withdrawn. */
export async function letMeSleep() {
  const registration = await navigator.serviceWorker?.getRegistration("/app");
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
