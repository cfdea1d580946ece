import type { EnvironmentSetting } from '@reynard/protocol'
import { ENV_DEFAULTS, type Env } from '../env.ts'

type Described = { about: string; why: string }

const beforeOpening =
  'It decides where the server listens and what it opens, before there is a database to read settings from.'
const whoComesIn = 'It decides who may come in. Who runs the machine says so, not who has signed in.'
const ofTheMachine = 'It belongs to this machine and is read when the engine starts.'
const keyOutside = 'A key that stays outside of the database and its backups.'
const whereDataGoes = 'It decides where data goes. Who runs the machine says so, not who has signed in.'
const fromTheFirstLine = 'The log begins before the database is open.'

/** What the environment alone can set, and why. The web search has a form of its own; all else stands in the registry of settings. */
export const ENVIRONMENT_ONLY: Record<string, Described> = {
  PORT: { about: 'The port it serves on.', why: beforeOpening },
  HOST: { about: 'The address it serves on.', why: whoComesIn },
  REYNARD_ALLOWED_HOSTS: { about: 'Names by which it may be opened.', why: whoComesIn },
  REYNARD_TRUSTED_PROXIES: { about: 'Proxies whose word about the caller’s address counts.', why: whoComesIn },
  REYNARD_SETUP_CODE: { about: 'The set-up code of the first account.', why: whoComesIn },
  REYNARD_SETUP_CODE_FILE: { about: 'A file that has the set-up code.', why: whoComesIn },
  REYNARD_DATA_DIR: { about: 'The folder of all data.', why: beforeOpening },
  REYNARD_MODELS_DIR: { about: 'The folder of models for the embedded engine.', why: beforeOpening },
  DATABASE_URL: { about: 'The Postgres database; without it SQLite in the data folder.', why: beforeOpening },
  REYNARD_UNDO_SECONDS: {
    about: 'How long something that was deleted can be brought back, in seconds.',
    why: 'Timers that run already would keep to another time than the one shown.',
  },
  OPENAI_API_KEY: { about: 'The key for the other server.', why: keyOutside },
  REYNARD_STRICT_MODEL: {
    about: 'Whether a call by REST that names a missing model is refused instead of answered by the default one.',
    why: 'Programs rely on it: it does not change under them.',
  },
  REYNARD_APPROVAL_MINUTES: {
    about: 'How long a question for a yes waits before it is denied by itself.',
    why: 'Questions that wait already were shown with their time.',
  },
  REYNARD_QUEUE_PLACES: {
    about: 'How many questions may wait; more are told to come back later.',
    why: 'The queue is made with its places when the server starts.',
  },
  REYNARD_MODEL_SLOTS: {
    about: 'How many answers one model generates at the same time; without it that is learnt.',
    why: ofTheMachine,
  },
  REYNARD_STARTER: { about: 'Whether a small first model is fetched where there is none.', why: beforeOpening },
  HF_ENDPOINT: {
    about: 'Where models are downloaded from.',
    why: 'Models come from there: who runs the machine chooses whom it trusts.',
  },
  HF_TOKEN: { about: 'The token for Hugging Face.', why: keyOutside },
  REYNARD_THREADS: { about: 'Threads of the embedded engine.', why: ofTheMachine },
  REYNARD_GPU: { about: 'Which GPU build the embedded engine uses.', why: ofTheMachine },
  LOG_LEVEL: { about: 'From which level on lines are logged.', why: fromTheFirstLine },
  LOG_FORMAT: { about: 'Whether the log is JSON or for people.', why: fromTheFirstLine },
  OTEL_EXPORTER_OTLP_ENDPOINT: { about: 'The collector to which traces of answers are sent.', why: whereDataGoes },
  OTEL_EXPORTER_OTLP_HEADERS: {
    about: 'What the collector wants to see in a request, such as a key.',
    why: keyOutside,
  },
  OTEL_SERVICE_NAME: { about: 'The name of this server in traces.', why: whereDataGoes },
  REYNARD_TRACE_CONTENT: { about: 'Whether traces hold what models and tools answer.', why: whereDataGoes },
  REYNARD_METRICS_TOKEN: { about: 'The token with which /metrics answers from elsewhere.', why: keyOutside },
}

/** Each of them with what it says on this server. A secret's value is nowhere. */
export function environmentSettings({ texts }: Pick<Env, 'texts'>): EnvironmentSetting[] {
  return Object.entries(ENVIRONMENT_ONLY).map(([variable, described]) => {
    const { text, isSecret } = texts[variable] ?? { text: null, isSecret: true }
    return {
      variable,
      ...described,
      isSecret,
      isSet: text !== null,
      value: isSecret ? null : text,
      fallback: ENV_DEFAULTS[variable] ?? '',
    }
  })
}
