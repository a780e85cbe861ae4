"""Which emoji the model learns, and what people call them. Slugs as in unicode-emoji-json."""

GROUPS = {'Smileys & Emotion', 'Animals & Nature', 'Food & Drink', 'Travel & Places', 'Activities', 'Objects'}
# Abstract, text-like or near-duplicate pictures: they cost capacity and no one prompts for them.
DROP = set('''dotted_line_face head_shaking_horizontally head_shaking_vertically hundred_points anger_symbol
eye_in_speech_bubble left_speech_bubble right_anger_bubble zzz guide_dog service_dog water_buffalo rat dodo wing
fight_cloud distorted_face landslide microbe rosette wilted_flower leaf_fluttering_in_wind map_of_japan
globe_showing_europe_africa globe_showing_asia_australia japanese_post_office love_hotel kaaba hot_springs barber_pole
railway_car high_speed_train metro light_rail station tram_car mountain_railway oncoming_bus trolleybus minibus
oncoming_police_car oncoming_taxi oncoming_automobile manual_wheelchair motorized_wheelchair bus_stop oil_drum
small_airplane airplane_departure airplane_arrival suspension_railway mountain_cableway aerial_tramway
hourglass_not_done timer_clock tanabata_tree pine_decoration japanese_dolls wind_chime moon_viewing_ceremony
admission_tickets 2nd_place_medal 3rd_place_medal softball rugby_football mahjong_red_dragon flower_playing_cards
lab_coat safety_vest sari one_piece_swimsuit briefs folding_hand_fan clutch_bag thong_sandal flat_shoe hair_pick
prayer_beads muted_speaker speaker_low_volume speaker_medium_volume bell_with_slash musical_score level_slider
control_knobs mobile_phone_with_arrow telephone_receiver pager fax_machine low_battery trackball computer_disk dvd
film_frames notebook_with_decorative_cover ledger page_with_curl page_facing_up rolled_up_newspaper bookmark_tabs
label yen_banknote euro_banknote pound_banknote receipt chart_increasing_with_yen e_mail incoming_envelope
envelope_with_arrow outbox_tray inbox_tray closed_mailbox_with_raised_flag closed_mailbox_with_lowered_flag
open_mailbox_with_lowered_flag ballot_box_with_ballot black_nib card_index_dividers tear_off_calendar spiral_notepad
spiral_calendar card_index linked_paperclips card_file_box locked_with_pen locked_with_key hammer_and_pick
nut_and_bolt clamp white_cane broken_chain chains petri_dish drop_of_blood crutch x_ray elevator mouse_trap
safety_pin cigarette coffin headstone funeral_urn hamsa placard identification_card oden fish_cake_with_swirl
pouring_liquid mate tamale flatbread stuffed_flatbread fondue root_vegetable brown_mushroom hindu_temple synagogue
shinto_shrine mosque motorway railway_track horizontal_traffic_light globe_with_meridians video_camera
videocassette umbrella_on_ground umbrella_with_rain_drops sun_behind_small_cloud sun_behind_large_cloud
snowman_without_snow foggy fog cityscape_at_dusk bridge_at_night sunrise_over_mountains new_moon
waxing_crescent_moon waxing_gibbous_moon waning_gibbous_moon waning_crescent_moon last_quarter_moon
last_quarter_moon_face new_moon_face sake rice_cracker mending_heart hole front_facing_baby_chick'''.split())
# People and symbols worth keeping (default yellow skin).
EXTRA = set('''waving_hand ok_hand victory_hand crossed_fingers thumbs_up thumbs_down raised_fist oncoming_fist
clapping_hands folded_hands handshake flexed_biceps ear nose brain tooth eyes eye tongue mouth baby boy girl man woman
old_man old_woman police_officer detective ninja construction_worker person_with_crown prince princess
santa_claus mrs_claus mage fairy vampire mermaid zombie student teacher farmer cook scientist artist pilot astronaut
firefighter person_surfing person_running snowboarder footprints bust_in_silhouette
recycling_symbol warning check_mark_button cross_mark question_mark red_exclamation_mark red_circle blue_circle
green_circle yellow_circle purple_circle red_square blue_square green_square yellow_square large_blue_diamond
large_orange_diamond peace_symbol radioactive musical_note no_entry'''.split())
# Gestures that come in five skin tones.
TONED = 'waving_hand ok_hand victory_hand thumbs_up thumbs_down raised_fist clapping_hands flexed_biceps'.split()
TONES = ['light', 'medium-light', 'medium', 'medium-dark', 'dark']
# Things people are likely to type first: sampled three times as often.
CORE = set('''grinning_face smiling_face_with_sunglasses smiling_face_with_heart_eyes crying_face loudly_crying_face
angry_face winking_face thinking_face sleeping_face partying_face cowboy_hat_face face_with_tears_of_joy skull ghost alien robot
pile_of_poo clown_face grinning_cat red_heart blue_heart green_heart yellow_heart purple_heart broken_heart
monkey_face dog_face dog cat_face cat lion tiger_face horse unicorn cow_face pig_face mouse_face rabbit_face bear
panda koala fox wolf elephant giraffe penguin chicken baby_chick duck owl frog turtle snake dragon_face dragon t_rex
whale dolphin fish tropical_fish shark octopus crab butterfly honeybee lady_beetle snail spider parrot
rose sunflower tulip cherry_blossom cactus palm_tree evergreen_tree deciduous_tree four_leaf_clover mushroom
maple_leaf red_apple green_apple banana grapes lemon watermelon strawberry cherries pineapple peach pear orange
tangerine avocado carrot ear_of_corn tomato broccoli hamburger pizza french_fries hot_dog taco sushi egg cooking
ice_cream soft_ice_cream doughnut cookie birthday_cake cupcake hot_beverage beer_mug wine_glass bread cheese_wedge
house house_with_garden castle tent school church volcano snow_capped_mountain beach_with_umbrella
automobile taxi bus police_car fire_engine ambulance racing_car tractor bicycle motorcycle locomotive airplane
helicopter rocket sailboat ship flying_saucer star glowing_star sun crescent_moon full_moon rainbow cloud
cloud_with_rain high_voltage snowflake snowman fire droplet water_wave umbrella ringed_planet globe_showing_americas
balloon wrapped_gift christmas_tree jack_o_lantern trophy soccer_ball basketball tennis american_football guitar drum
video_game game_die puzzle_piece teddy_bear crown gem_stone ring glasses sunglasses top_hat t_shirt dress
running_shoe backpack key locked light_bulb laptop mobile_phone camera television book closed_book open_book blue_book
envelope pencil scissors hammer bomb magnet gear bell clock alarm_clock money_bag treasure_chest sword crossed_swords
shield umbrella thumbs_up astronaut princess santa_claus mage anchor'''.split())
# A second circle: sampled twice as often as the rest.
SECOND = set('''raccoon zebra deer kangaroo bat swan flamingo peacock eagle jellyfish lobster hibiscus seedling blueberries
kiwi_fruit eggplant bell_pepper croissant pretzel pancakes sandwich popcorn spaghetti lollipop teapot cocktail_glass ferris_wheel
bullet_train desert_island fireworks party_popper sports_medal volleyball baseball bullseye kite crystal_ball artist_palette
microphone headphone trumpet violin desktop_computer candle coin package pen axe wrench telescope chair bed door brain ninja
jeans socks high_heeled_shoe battery smiling_face_with_horns enraged_face cold_face'''.split())
ALIASES = {
    'automobile': ['car'], 'dog_face': ['dog', 'puppy'], 'cat_face': ['cat', 'kitten'], 'grinning_cat': ['smiling cat', 'happy cat'],
    'grinning_face': ['smiling face', 'happy face', 'smiley'], 'smiling_face': ['smile'], 'hot_beverage': ['cup of coffee', 'coffee', 'cup of tea'],
    'beer_mug': ['beer'], 'french_fries': ['fries'], 'hamburger': ['burger', 'cheeseburger'], 'doughnut': ['donut'],
    'snow_capped_mountain': ['mountain', 'snowy mountain'], 'high_voltage': ['lightning bolt', 'lightning'], 'flying_saucer': ['ufo', 'spaceship'],
    'full_moon': ['moon'], 'crescent_moon': ['moon'], 'honeybee': ['bee'], 'lady_beetle': ['ladybug'], 'ear_of_corn': ['corn'],
    'evergreen_tree': ['pine tree', 'tree'], 'deciduous_tree': ['tree'], 't_rex': ['t-rex', 'dinosaur'], 'sauropod': ['dinosaur'],
    'red_apple': ['apple'], 'red_heart': ['heart'], 'wrapped_gift': ['gift', 'present'], 'jack_o_lantern': ['pumpkin', 'halloween pumpkin'],
    'soccer_ball': ['soccer', 'football'], 'gem_stone': ['diamond', 'gem'], 'running_shoe': ['sneaker', 'shoe'], 'mobile_phone': ['phone', 'smartphone'],
    'closed_book': ['book', 'red book'], 'television': ['tv'], 'laptop': ['computer'], 'locomotive': ['steam train', 'train'], 'mage': ['wizard'],
    'crossed_swords': ['swords'], 'dagger': ['sword', 'knife'], 'ringed_planet': ['saturn', 'planet'], 'globe_showing_americas': ['earth', 'globe', 'planet earth'],
    'cooking': ['fried egg'], 'cheese_wedge': ['cheese'], 'pile_of_poo': ['poo'], 'tangerine': ['orange fruit'], 'baby_chick': ['chick'],
    'spouting_whale': ['whale'], 'tiger_face': ['tiger'], 'monkey_face': ['monkey'], 'mouse_face': ['mouse'], 'rabbit_face': ['rabbit', 'bunny'],
    'cow_face': ['cow'], 'pig_face': ['pig'], 'horse_face': ['horse'], 'dragon_face': ['dragon head'], 'water_wave': ['wave', 'ocean wave'],
    'sun_with_face': ['smiling sun'], 'cloud_with_rain': ['rain', 'rain cloud'], 'house_with_garden': ['house', 'home'], 'house': ['home'],
    'fire_engine': ['fire truck'], 'soft_ice_cream': ['ice cream cone'], 'birthday_cake': ['cake'], 'collision': ['explosion'],
    'glowing_star': ['star'], 'star_struck': ['excited face'], 'crying_face': ['sad face'], 'frowning_face': ['sad face'], 'enraged_face': ['angry red face'],
    'person_with_crown': ['king'], 'spiral_shell': ['shell', 'seashell'], 'locked': ['lock', 'padlock'], 'game_die': ['dice'], 'video_game': ['gamepad', 'game controller'],
    'airplane': ['plane'], 'sailboat': ['boat'], 'passenger_ship': ['cruise ship'], 'racing_car': ['race car'], 'santa_claus': ['santa'],
    'eagle': ['bird'], 'glass_of_milk': ['milk'], 'light_bulb': ['lamp'], 'smiling_face_with_horns': ['devil'], 'ogre': ['monster'],
    'alien_monster': ['space invader'], 'potted_plant': ['plant'], 'wine_glass': ['glass of red wine', 'wine'], 't_shirt': ['shirt', 'blue shirt'],
}
