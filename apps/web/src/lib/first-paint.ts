/** Where this browser keeps what a person chose (see preferences.ts). */
export const PREFERENCES_KEY = 'reynard.preferences'

/** Runs before the first paint, so neither theme nor sidebar flashes. Plain text: it is put into the page with the request's nonce. */
export const FIRST_PAINT_SCRIPT = `(()=>{let p={};try{p=JSON.parse(localStorage.getItem('${PREFERENCES_KEY}'))||{}}catch{}
const r=document.documentElement,d=p.theme==='dark'||(p.theme!=='light'&&matchMedia('(prefers-color-scheme: dark)').matches)
r.dataset.theme=d?'dark':'light';r.dataset.sidebar=p.sidebarHidden===true?'hidden':'shown'})()`
