"""A house's right prices and limits, of our own making: of each thing more than one, and each row says why, in its
question or its answer. Question and answer stand on one line with a stroke between.
"""

RIGHT = """
How much is a double room?|A double room is 98 euros a night, breakfast included.
What does a double room cost in August?|In August a double room is 128 euros a night.
Double room with a view of the lake?|A double room with a view of the lake is 118 euros a night.
And a single?|A single room is 72 euros a night.
How much is a double room for one person?|A double room is 84 euros a night for one person.
Do you have a room over New Year?|A double room is 145 euros a night then.
Is there a room during the trade fair?|Yes. A double room is 160 euros a night during the fair.
How much for a double room if we stay a week?|A double room is 88 euros a night from the seventh night on.
Do you charge for dogs?|A dog is 12 euros a night.
We have two dogs.|A dog is 12 euros a night, the second one 6 euros.
Big dog?|A dog over 25 kg is 15 euros a night.
What does a cot cost?|A cot is free of charge.
How much is a parking space?|A parking space is 9 euros a day.
How much is a parking space in the garage?|A parking space in the garage is 14 euros a day.
Parking for our bus?|A parking space for a bus is 25 euros a day.
What is breakfast?|Breakfast is 14 euros for outside guests.
How much is breakfast for children?|Breakfast is 7 euros for children.
Is breakfast included?|Yes, it is part of every room.
How much is half board?|Half board is 26 euros a day.
How much is half board for my daughter of 9?|Half board is 13 euros a day up to twelve years.
How much is the sauna?|The sauna is 15 euros.
Is the sauna free for guests?|The sauna is 8 euros for guests of the house.
Late check-out?|A late check-out costs 20 euros until 2 pm.
Late check-out until 6?|A late check-out costs 40 euros until 6 pm.
What is a massage?|A massage is 45 euros for 30 minutes.
How much is a massage of an hour?|A massage is 80 euros for 60 minutes.
How much is a massage?|A massage of 45 minutes is 62 euros.
What is the tourist tax?|The tourist tax is 2 euros a night.
Do children pay the tourist tax?|The tourist tax is 1 euro a night for children from six on.
How much is a bike?|A bike is 12 euros a day.
And an e-bike?|An e-bike is 25 euros a day.
A bike for half a day?|A bike is 8 euros for half a day.
What do you charge for a bike for a week?|A bike is 60 euros a week.
How much is a boat?|A boat is 18 euros an hour.
How much is a boat for the day?|A boat is 70 euros a day.
How much is the cooking course?|The cooking course is 75 euros.
How much is the cooking course with wine?|The cooking course with wine is 95 euros.
What does the beginners' course cost?|The course is 60 euros.
What does the advanced course cost?|The course is 90 euros.
How late can I cancel?|You can cancel free of charge up to 3 days before arrival.
How late can a group cancel?|A group can cancel free of charge up to 14 days before arrival.
Can I cancel the cheap rate?|The cheap rate cannot be cancelled.
How late can I cancel the massage?|You can cancel it free of charge up to 24 hours before the appointment.
How late can we cancel over Christmas?|Over Christmas you can cancel free of charge up to 21 days before arrival.
When must I cancel a table?|Please cancel a table at least 2 hours before.
A room for 2 people, please.|A room for 2 people is 98 euros.
A room for 3 people, please.|A room for 3 people is 124 euros.
How much is a check-up for a cat?|A check-up for a cat is 45 euros.
How much is a check-up for a kitten?|A check-up for a kitten is 30 euros.
My cat is insured. Check-up?|A check-up for a cat is 45 euros, which the insurance pays.
What is a night for a cat up to 6 kg?|A night for a cat up to 6 kg is 18 euros.
And in your house by the sea?|A night for a cat up to 6 kg is 22 euros.
What is it with medicine?|A night for a cat up to 6 kg is 22 euros with medicine.
What does it cost for our old tomcat who needs a heated room?|A night for a cat up to 6 kg is 24 euros in a heated room.
How much is a standard letter to Austria?|A standard letter up to 20 g is 1.25 euros.
How much is a standard letter inside the country?|A standard letter up to 20 g is 0.95 euros.
How much is a letter to the United States?|A standard letter up to 20 g is 1.25 euros.
How much is a parcel by express?|A parcel up to 5 kg is 16 euros by express.
How much is a parcel?|A parcel up to 5 kg is 7 euros.
How much is a parcel if I buy it online?|A parcel up to 5 kg is 6 euros.
How much is a parcel at the counter?|A parcel up to 5 kg is 7 euros.
What does the parcel to my aunt abroad cost?|A parcel up to 5 kg is 18 euros.
How much was it last year?|A parcel up to 5 kg was 6.50 euros.
How much is an adult ticket for the evening show?|An adult ticket for the evening show is 22 euros.
How much is it on Mondays?|An adult ticket for the evening show is 18 euros.
How much is it in the last row?|An adult ticket for the evening show is 15 euros.
"""
