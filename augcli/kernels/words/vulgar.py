"""Words that augmentation must never bring into a text: obscenities, slurs, and words that are mostly read as such."""

from __future__ import annotations

_WORDS = """
arse arsehole arses ass asses asshole assholes bang banged banging bangs bastard bastards bimbo bitch bitches bitchy
blowjob boner bonk bonked bonking boob boobies boobs bugger buggered bugging bum bums butt butts chink chinks chinky
clit cock cocks cocksucker coon coons crap crapped crappy cretin cum cunt cunts damn damned damning darkie darky dick
dicks dike dikes dildo dumbass dyke dykes eff effing erect erection fag faggot faggots fags fanny fart farted farts
floozy fornicate frig frigging fuck fucked fucker fuckers fucking fucks gook gooks gyp gypped halfwit hebe honky hooker
hookers hooters horny hump humped humping humps hussy hymie idiot idiots imbecile imbeciles jackass jap japs jerk jerks
jizz kike kikes knob knobs knocker knockers lesbo lezzie loin loins masturbate midget midgets mongol mongoloid moron
moronic morons mulatto naked negress negro negroes nigga nigger niggers nigra nip nips nookie nude nympho orgasm pansy
peck pecker pee peed peeing penis pickaninny pimp piss pissed pisser pissing polack poof poon poontang poop poove porn
prick pricks prostitute pube pubic pussies pussy queer queers rape raped rapes raping rapist redskin retard retarded
retards rut rutting sambo schmuck screw screwed screwing screws semen sex sexual shag shagged shagging shit shite shits
shitted shitting shitty shlong skank slag slags slut sluts slutty snatch snatches sod sodomize sodomy spastic spaz sperm
spic spick spunk squaw strumpet suck sucked sucker suckers sucking sucks tart tarts tit tits titty toss tosser tramp
tramps tranny turd turds twat twats vagina wank wanker wankers wetback wetbacks whitey whore whores wog wogs wop wops
yid
"""
VULGAR = frozenset(_WORDS.split())
