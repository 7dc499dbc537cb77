// What has been written and not been saved yet, in this browser alone: whatever happens to the page, it is found again.
const STORE = "drafts";

const opened = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("medvirk-editor", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

/** Do something with the store; undefined where this browser keeps nothing. */
async function within(mode, act) {
  try {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const doing = database.transaction(STORE, mode, { durability: "strict" });
        const asked = act(doing.objectStore(STORE));
        doing.oncomplete = () => resolve(asked.result);
        doing.onabort = () => reject(doing.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

export const keepUnsaved = (name, copy) => within("readwrite", (store) => store.put(copy, name));
export const unsaved = (name) => within("readonly", (store) => store.get(name));
export const dropUnsaved = (name) => within("readwrite", (store) => store.delete(name));
