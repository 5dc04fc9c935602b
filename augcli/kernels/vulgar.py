"""Words that augmentation must never bring into a text: obscenities, slurs, and words that are mostly read as such."""

from __future__ import annotations

VULGAR = frozenset(
    """
    arse arses arsehole ass asses asshole assholes bang banged banging bangs bastard bastards bimbo bitch bitches bitchy blowjob
    boner boob boobs bonk bonked bonking boobies bugger buggered bugging bum bums butt butts chink chinks chinky clit cock cocks
    cocksucker coon coons crap crapped crappy cretin cum cunt cunts damn damned damning darkie darky dick dicks dike dikes dildo
    dong dumbass dyke dykes erect erection eff effing fag faggot faggots fags fanny fart farted farts feces floozy fornicate
    frig frigging fuck fucked fucker fuckers fucking fucks gook gooks goy gyp gypped halfwit hebe honky hooker hookers hooters
    horny hump humped humping humps hussy hymie idiot idiots imbecile imbeciles jackass jap japs jerk jerks jizz kike kikes knob knobs
    knocker knockers lesbo lay laid lezzie loin loins masturbate mick midget midgets mongol mongoloid moron moronic morons mulatto
    naked negress negro negroes nigga nigger niggers nigra nip nips nookie nude nympho orgasm pansy peck pecker pee peed peeing
    penis pickaninny pimp piss pissed pisser pissing polack poof poon poontang poop poove porn prick pricks prostitute pube pubic
    pussies pussy queer queers rape raped rapes raping rapist redskin retard retarded retards rut rutting sambo schmuck screw screwed
    screwing screws semen seduce seduced sex sexual shag shagged shagging shit shite shits shitted shitting shitty shlong skank slag
    slags slut sluts slutty snatch snatches sod sodomize sodomy spastic spaz sperm spic spick spunk squaw stiff stiffs strumpet suck
    sucked sucker suckers sucking sucks tart tarts tit tits titty tosser toss tramp tramps tranny turd turds twat twats vagina wank
    wanker wankers wetback wetbacks whitey whore whores wog wogs wop wops yid
    """.split()
)
